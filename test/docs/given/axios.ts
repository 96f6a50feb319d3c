/* axios for the block that shows what was before: what it uses of it, and how that fails. */
const axios = {
  async post(
    url: string,
    body: object,
    { headers }: { readonly headers: Readonly<Record<string, string | undefined>> },
  ) {
    const sent = new Headers({ "content-type": "application/json" });
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) sent.set(name, value);
    const { status } = await fetch(url, { method: "POST", headers: sent, body: JSON.stringify(body) });
    if (status < 200 || status >= 300) throw new Error(`Request failed with status code ${status}`);
    return { status };
  },
};

export default axios;

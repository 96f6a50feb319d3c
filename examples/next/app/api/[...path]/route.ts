// At the first request, not while Next.js builds: the variables are there only where the server runs.
const handle = async (request: Request): Promise<Response> => {
  const { routes } = await import("../../../lib/push");
  return routes.fetch(request);
};

export { handle as DELETE, handle as GET, handle as POST, handle as PUT };

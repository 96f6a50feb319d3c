export default function Page() {
  return <p>The push API is below /api.</p>;
}

export function GET() {
  return Response.json({ hello: 'from Next.js' });
}

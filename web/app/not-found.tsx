import Link from "next/link";

export default function NotFound() {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-3 p-4 text-center">
      <h1 className="text-2xl font-semibold">There is no such page</h1>
      <Link href="/" className="text-primary underline underline-offset-4">
        To the dashboard
      </Link>
    </main>
  );
}

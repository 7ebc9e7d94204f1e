import { requireRole } from "@/lib/lastpass-server";

export default async function Auditors() {
  const { actor } = await requireRole("auditor");
  return <h1>For {actor}</h1>;
}

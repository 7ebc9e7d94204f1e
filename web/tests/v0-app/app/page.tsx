import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";

export default function Page() {
  return (
    <main className="p-8">
      <Badge asChild>
        <span>v0</span>
      </Badge>
      <Button asChild>
        <a href="/dashboard">Dashboard</a>
      </Button>
    </main>
  );
}

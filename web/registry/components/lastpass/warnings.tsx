import { TriangleAlert } from "lucide-react";

import type { Meta } from "@/lib/lastpass";

/** What the reply says about its own data. */
export function Warnings({ meta }: { meta: Meta }) {
  return meta.warnings.map(({ code, message }) => (
    <p key={code} role="status" className="flex gap-2 rounded-lg border bg-card px-4 py-3 text-sm">
      <TriangleAlert
        aria-hidden="true"
        className="mt-0.5 size-4 shrink-0 text-amber-700 dark:text-amber-400"
      />
      {message}
    </p>
  ));
}

import type { ChangedUser } from "@/lib/lastpass";
import { formatDay } from "@/lib/lastpass-format";

/** Whom a change is about, as the API returned it. */
export function NewUserFacts({ user }: { user: ChangedUser }) {
  const facts: [string, string | undefined][] = [
    ["Name", user.name],
    ["Address", user.email],
    ["Department", user.department],
    ["Manager", user.manager],
    ["Manager's address", user.managerEmail],
    ["Start date", user.startDate && formatDay(user.startDate)],
  ];
  return (
    <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-2">
      {facts.map(
        ([label, value]) =>
          value && (
            <div key={label} className="min-w-0">
              <dt className="text-muted-foreground">{label}</dt>
              <dd className="font-medium wrap-anywhere">
                <bdi>{value}</bdi>
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}

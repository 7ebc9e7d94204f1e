import { stepsTo } from "@/lib/lastpass-setup";

/** Where to find the value of a variable. */
export function VariableSteps({ variable }: { variable: string }) {
  return (
    <div className="rounded-lg bg-muted px-4 py-3 text-sm">
      <h3 className="font-mono font-medium wrap-anywhere">{variable}</h3>
      <ol className="mt-1 list-decimal space-y-1 pl-5">
        {stepsTo(variable)?.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </div>
  );
}

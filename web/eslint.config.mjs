import nextVitals from "eslint-config-next/core-web-vitals";
import nextTypescript from "eslint-config-next/typescript";
import { defineConfig, globalIgnores } from "eslint/config";

export default defineConfig([
  ...nextVitals,
  ...nextTypescript,
  globalIgnores(["**/.next/**", "out/**", "**/next-env.d.ts"]),
  {
    rules: {
      "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "as" }],
      "@typescript-eslint/no-explicit-any": "error",
    },
  },
  {
    // A user's components/ui may stand on other primitives and other versions of them.
    files: ["registry/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: ["@base-ui/*", "@radix-ui/*", "radix-ui", "recharts", "zod", "@/app/*"] },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "ImportExpression[source.value=/^@/]",
          message:
            "shadcn's CLI moves files to a project's aliases, and adapts static imports alone.",
        },
      ],
    },
  },
]);

import type { Metadata } from "next";
import type { ReactNode } from "react";

import "./globals.css";
import { applyTheme } from "./theme";

export const metadata: Metadata = {
  title: { default: "LastPass security", template: "%s · LastPass security" },
  robots: { index: false },
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    // The script sets the class before React sees the page.
    <html lang="en" suppressHydrationWarning>
      <head>
        <script dangerouslySetInnerHTML={{ __html: applyTheme }} />
      </head>
      <body>{children}</body>
    </html>
  );
}

import type { Metadata } from "next";

import { OffboardingPage } from "@/components/lastpass/offboarding-page";
import { page } from "@/lib/lastpass-page-offboarding";

export const metadata: Metadata = { title: page.label };

export default OffboardingPage;

import type { Metadata } from "next";

import { OnboardingPage } from "@/components/lastpass/onboarding-page";
import { page } from "@/lib/lastpass-page-onboarding";

export const metadata: Metadata = { title: page.label };

export default OnboardingPage;

import type { Metadata } from "next";

import { UsersPage } from "@/components/lastpass/users-page";
import { page } from "@/lib/lastpass-page-users";

export const metadata: Metadata = { title: page.label };

export default UsersPage;

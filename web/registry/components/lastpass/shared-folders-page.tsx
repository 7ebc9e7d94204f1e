"use client";

import { FolderDetails } from "@/components/lastpass/folder-details";
import { SessionGuard } from "@/components/lastpass/session-guard";
import { SharedFolders } from "@/components/lastpass/shared-folders";
import { useFolderView } from "@/hooks/use-folder-view";

export function SharedFoldersPage() {
  const view = useFolderView();
  return (
    <SessionGuard needs="GET shared-folders">
      {(session) =>
        view.id ? (
          <FolderDetails id={view.id} session={session} onClose={view.close} />
        ) : (
          <SharedFolders view={view} session={session} />
        )
      }
    </SessionGuard>
  );
}

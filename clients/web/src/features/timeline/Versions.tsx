import { useEffect } from "react";
import { useStore } from "../../state/use.js";
import { lazyPart } from "../lazy/lazy_part.js";
import { shownVersions } from "./shown_versions.js";

const VersionList = lazyPart(() => import("./VersionList.js"), { onFail: ({ onClose }) => onClose() });

/** What the message said before, that somebody asks about. */
export function Versions() {
    const shown = useStore(shownVersions);
    useEffect(() => () => shownVersions.set(null), []);
    return shown && <VersionList key={`${shown.room}.${shown.seq}`} {...shown} onClose={() => shownVersions.set(null)} />;
}

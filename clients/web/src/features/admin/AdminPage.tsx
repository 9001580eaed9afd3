import { t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import { onBack, replaceRoute } from "../../routes/use_route.js";
import { IconLink } from "../../ui/Button.js";
import { Tabs } from "../../ui/Tabs.js";
import { ReportsBadge } from "../reports/ReportsBadge.js";
import { ADMIN_TABS } from "./tabs.js";
import "./admin.css";

/** What administrators of the server look after. Loaded only for them. */
export default function AdminPage({ tab }: { tab: string | undefined }) {
    const shown = ADMIN_TABS.find(({ id }) => id === tab) ?? ADMIN_TABS[0]!;
    const tabs = ADMIN_TABS.map(({ id, title, reports }) => ({ id, label: t(title), testid: "admin-tab", badge: reports && <ReportsBadge of={reports} /> }));
    return (
        <section className="admin" aria-label={t("admin.title")} data-testid="admin" data-tab={shown.id}>
            <header className="pane-head">
                <IconLink icon="back" label={t("back")} className="admin-back" href={hrefOf({ at: "settings" })} onClick={onBack} testid="admin-back" />
                <h2>{t("admin.title")}</h2>
            </header>
            <Tabs scrolls label={t("admin.title")} tabs={tabs} current={shown.id} onPick={(id) => replaceRoute({ at: "admin", tab: id })}>
                <shown.Page key={shown.id} />
            </Tabs>
        </section>
    );
}

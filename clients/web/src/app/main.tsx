import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { watchRoutes } from "../routes/use_route.js";
import { AppState } from "../state/app_state.js";
import { browserClient } from "../state/browser_client.js";
import { AppStateProvider } from "../state/use.js";
import { preferences } from "../state/use_preferences.js";
import "../ui/tokens.css";
import "../ui/base.css";
import "../ui/button.css";
import { keepAppearance } from "./appearance.js";
import { App } from "./App.js";

watchRoutes();
const dressed = keepAppearance();
const app = new AppState(browserClient(), preferences);
await dressed;

if (import.meta.env.PROD) void app.update.register();
app.watchActivity(window, localStorage);
addEventListener("pagehide", () => app.leaving());

createRoot(document.getElementById("root")!).render(
    <StrictMode>
        <AppStateProvider value={app}>
            <App />
        </AppStateProvider>
    </StrictMode>,
);

import { t } from "../../i18n/mod.js";

const HANDS = ["✋", "✋🏻", "✋🏼", "✋🏽", "✋🏾", "✋🏿"];

/** The skin tone that hands and people are picked in. */
export function SkinTones({ tone, onChange }: { tone: number; onChange(tone: number): void }) {
    return (
        <label className="emoji-tone">
            <span className="hidden-visually">{t("emoji.tone")}</span>
            <select value={tone} data-testid="skin-tone" onChange={(event) => onChange(Number(event.target.value))}>
                {HANDS.map((hand, index) => (
                    <option key={hand} value={index}>
                        {hand}
                    </option>
                ))}
            </select>
        </label>
    );
}

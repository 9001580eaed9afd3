import { ownEmoji } from "../../state/own_emoji.js";
import { useStore } from "../../state/use.js";

/** An emoji: letters as they are, and `:name:` as the image that the server has for it, where it has one. */
export function EmojiFace({ of }: { of: string }) {
    const image = useStore(ownEmoji).image(of);
    return image ? <img className="own-emoji" loading="lazy" decoding="async" src={image} alt={of} title={of} draggable={false} /> : of;
}

import { lazyPart } from "../lazy/lazy_part.js";

/** All emoji to pick from; with their names, loaded by who opens it. */
export const LazyPicker = lazyPart(() => import("./EmojiPicker.js"), { onFail: ({ onClose }) => onClose(), rare: true });

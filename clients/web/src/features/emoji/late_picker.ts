import { late } from "../late/late_part.js";

/** All emoji to pick from; with their names, loaded by who opens it. */
export const LatePicker = late(() => import("./EmojiPicker.js"), { onFail: ({ onClose }) => onClose(), rare: true });

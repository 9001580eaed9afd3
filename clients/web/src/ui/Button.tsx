import type { AnchorHTMLAttributes, ButtonHTMLAttributes, Ref } from "react";
import { Icon, type IconName } from "./Icon.js";
import "./button.css";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
    kind?: "primary" | "danger" | "link";
    icon?: IconName;
    testid?: string | undefined;
    ref?: Ref<HTMLButtonElement>;
}

/** A button with words on it. It submits nothing unless it says so. */
export function Button({ kind, icon, testid, children, type = "button", ...more }: ButtonProps) {
    return (
        <button type={type} className="button" data-kind={kind} data-testid={testid} {...more}>
            {icon && <Icon name={icon} />}
            {children}
        </button>
    );
}

interface LinkButtonProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
    kind?: "primary";
    icon?: IconName;
    testid?: string | undefined;
}

/** Looks like a button and leads somewhere. */
export function LinkButton({ kind, icon, testid, children, ...more }: LinkButtonProps) {
    return (
        <a className="button" data-kind={kind} data-testid={testid} {...more}>
            {icon && <Icon name={icon} />}
            {children}
        </a>
    );
}

interface IconOnly {
    icon: IconName;
    /** Read out, and shown as a tooltip. */
    label: string;
    size?: "small";
    testid?: string | undefined;
}

type IconButtonProps = IconOnly & Omit<ButtonHTMLAttributes<HTMLButtonElement>, "children"> & { ref?: Ref<HTMLButtonElement> };

/** A button that is a picture; its label is a tooltip. */
export function IconButton({ icon, label, size, testid, type = "button", ...more }: IconButtonProps) {
    return (
        <button type={type} className="icon-button" data-size={size} aria-label={label} data-tip data-testid={testid} {...more}>
            <Icon name={icon} flips={FLIPS.has(icon)} />
        </button>
    );
}

type IconLinkProps = IconOnly & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "children">;

/** A link that is a picture. */
export function IconLink({ icon, label, size, testid, className = "", ...more }: IconLinkProps) {
    return (
        <a className={`icon-button ${className}`} data-size={size} aria-label={label} data-tip data-testid={testid} {...more}>
            <Icon name={icon} flips={FLIPS.has(icon)} />
        </a>
    );
}

/** Those that point along the line of reading. */
export const FLIPS: ReadonlySet<IconName> = new Set(["back", "next", "send", "panel", "reply"]);

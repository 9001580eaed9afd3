import { useRef, useState } from "react";
import { dateAndTime } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import { replaceRoute } from "../../routes/use_route.js";
import type { Directory } from "../../state/directory.js";
import type { ListedRoom, OwnRequest } from "../../state/types.js";
import { useAction, useApp, useRooms } from "../../state/use.js";
import { Avatar } from "../../ui/Avatar.js";
import { Button, LinkButton } from "../../ui/Button.js";
import { Problem } from "../../ui/Problem.js";
import { useFocusHeir } from "../../ui/use_focus_heir.js";
import { AskToJoin } from "./AskToJoin.js";

interface Props {
    room: ListedRoom;
    asked: OwnRequest | undefined;
    directory: Directory;
}

/** A public group, and the way into it. */
export function ListedGroup({ room, asked, directory }: Props) {
    const { id, name, topic, member_count } = room;
    const isIn = useRooms().rooms.some((own) => own.room.id === id);
    return (
        <li className="listed" data-testid="listed" data-room={id}>
            <Avatar id={id} name={name} group />
            <div className="listed-text">
                <bdi className="listed-name">{name}</bdi>
                {topic !== undefined && <span dir="auto">{topic}</span>}
                <span className="muted small">{t("room.members", { count: member_count })}</span>
            </div>
            {isIn ? <LinkButton href={hrefOf({ at: "room", room: id })}>{t("directory.open")}</LinkButton> : <WayIn room={room} asked={asked} directory={directory} />}
        </li>
    );
}

function WayIn({ room: { id, name, join: rule }, asked, directory }: Props) {
    const { client } = useApp();
    const [asking, setAsking] = useState(false);
    const join = useAction(async () => {
        await directory.join(id);
        replaceRoute({ at: "room", room: id });
    });
    const ask = useRef<HTMLButtonElement>(null);
    const takeBack = useAction(() => directory.takeBack(id));
    const error = join.error ?? takeBack.error;
    return (
        <div className="listed-way">
            {rule !== "approval" && (
                <Button kind="primary" testid="join-listed" disabled={join.busy} onClick={() => void join.run()}>
                    {t("directory.join")}
                </Button>
            )}
            {rule === "approval" && asked?.state === "open" && (
                <>
                    <span className="muted small" data-testid="asked" role="status">
                        {t("requests.open")}
                    </span>
                    <TakeBack busy={takeBack.busy} heir={(place) => (ask.current?.disabled === false ? ask.current : place)} onPress={() => void takeBack.run()} />
                </>
            )}
            {rule === "approval" && asked?.state === "refused" && (
                <span className="muted small" data-testid="refused" role="status">
                    {asked.ask_again_at === undefined ? t("requests.refused") : t("requests.refused.until", { time: dateAndTime(asked.ask_again_at) })}
                </span>
            )}
            {rule === "approval" && asked?.state !== "open" && (
                <Button ref={ask} kind="primary" testid="ask" disabled={isTooEarly(asked, client.now())} onClick={() => setAsking(true)}>
                    {t("requests.ask")}
                </Button>
            )}
            <Problem text={error && errorText(error)} />
            {asking && <AskToJoin name={name} onAsk={(text) => directory.askToJoin(id, text)} onClose={() => setAsking(false)} />}
        </div>
    );
}

function TakeBack({ busy, heir, onPress }: { busy: boolean; heir(place: Element): Element; onPress(): void }) {
    return (
        <Button ref={useFocusHeir(heir)} testid="take-back" aria-disabled={busy} onClick={() => !busy && onPress()}>
            {t("requests.take_back")}
        </Button>
    );
}

function isTooEarly(asked: OwnRequest | undefined, now: number): boolean {
    return asked?.ask_again_at !== undefined && Date.parse(asked.ask_again_at) > now;
}

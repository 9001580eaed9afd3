import { errorText, t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import { replaceRoute } from "../../routes/use_route.js";
import type { Directory } from "../../state/directory.js";
import type { ListedRoom } from "../../state/types.js";
import { useAction, useRooms } from "../../state/use.js";
import { Avatar } from "../../ui/Avatar.js";
import { Button, LinkButton } from "../../ui/Button.js";
import { Problem } from "../../ui/Problem.js";

interface Props {
    room: ListedRoom;
    directory: Directory;
}

/** A public group, and the way into it. */
export function ListedGroup({ room: { id, name, topic, member_count }, directory }: Props) {
    const isIn = useRooms().rooms.some(({ room }) => room.id === id);
    const join = useAction(async () => {
        await directory.join(id);
        replaceRoute({ at: "room", room: id });
    });
    return (
        <li className="listed" data-testid="listed" data-room={id}>
            <Avatar id={id} name={name} group />
            <div className="listed-text">
                <bdi className="listed-name">{name}</bdi>
                {topic !== undefined && <span dir="auto">{topic}</span>}
                <span className="muted small">{t("room.members", { count: member_count })}</span>
                <Problem text={join.error && errorText(join.error)} />
            </div>
            {isIn ? (
                <LinkButton href={hrefOf({ at: "room", room: id })}>{t("directory.open")}</LinkButton>
            ) : (
                <Button kind="primary" testid="join-listed" disabled={join.busy} onClick={() => void join.run()}>
                    {t("directory.join")}
                </Button>
            )}
        </li>
    );
}

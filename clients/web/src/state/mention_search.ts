import type { NatterClient, User } from "@natternet/sdk";

/** So many names of one text are asked for. */
const MOST_NAMES = 5;
/** Of those whose names begin so, the one who has exactly this name is looked for among so many. */
const MOST_FOUND = 100;
/** A message waits no longer for whom it mentions. */
const PATIENCE_MS = 3_000;

/** The ids of those people who have these usernames, as the server knows them; who is not found in time is left out. */
export async function idsByName(people: Pick<NatterClient["people"], "search">, names: readonly string[]): Promise<string[]> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<User[]>((resolve) => (timer = setTimeout(() => resolve([]), PATIENCE_MS)));
    const asked = names.slice(0, MOST_NAMES).map(async (name) => {
        const found = await Promise.race([people.search(name, MOST_FOUND).catch(() => []), late]);
        return found.filter(({ username }) => username.toLowerCase() === name).map(({ id }) => id);
    });
    const ids = (await Promise.all(asked)).flat();
    clearTimeout(timer);
    return ids;
}

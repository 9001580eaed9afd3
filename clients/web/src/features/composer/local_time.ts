/** As a field for times wants it: without a zone, to the minute. */
export function localTime(time: Date): string {
    return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

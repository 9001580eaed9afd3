/** The last day whose end has a year of four digits, as times have it for the server. */
export const LAST_DAY = "9999-12-30";

/** When a day, as date fields have it, begins for who reads, or so many days later. */
export function dayStart(date: string, days: number): string {
    const start = new Date(`${date.length > LAST_DAY.length || date > LAST_DAY ? LAST_DAY : date}T00:00`); // fields let later days be typed
    start.setDate(start.getDate() + days);
    return start.toISOString();
}

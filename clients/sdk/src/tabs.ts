/** Where messages among the tabs of one browser go: to all others, never back to their sender. */
export interface TabChannel {
    /** Tells all others. */
    post(message: unknown): void;
    /** To be set: called with what another one told. */
    onMessage: (message: unknown) => void;
    /** Hears nothing more. */
    close(): void;
}

/**
 * How clients that share one device and one session (the tabs of a browser) find each other. With
 * it one of them, the leader, holds the connection and writes the local store for all.
 */
export interface Tabs {
    /** A channel of this name: all who open it hear one another. */
    channel(name: string): TabChannel;
    /**
     * Runs `work` while no other tab runs one of this name, waiting for its turn; `ifFree`: not
     * where that would mean waiting. Resolves to whether it ran, after it ended. A tab that is
     * closed, or crashes, ends its work.
     */
    exclusively(name: string, work: () => Promise<void>, ifFree: boolean): Promise<boolean>;
}

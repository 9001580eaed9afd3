/** Stands where something will be, in its size, so that nothing jumps when it comes. */
export function Skeleton({ width = "100%", height = "1rem", round = false }: { width?: string; height?: string; round?: boolean }) {
    return <span className="skeleton" style={{ inlineSize: width, blockSize: height, ...(round ? { borderRadius: "50%" } : {}) }} />;
}

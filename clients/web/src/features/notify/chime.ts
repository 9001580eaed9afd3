let audio: AudioContext | undefined;

/** Two soft notes, made here: there is no file to fetch. Browsers allow it after a first press or key. */
export function chime(): void {
    audio ??= new AudioContext();
    void audio.resume();
    const now = audio.currentTime;
    note(audio, 660, now, 0.16);
    note(audio, 880, now + 0.09, 0.24);
}

function note(context: AudioContext, hertz: number, at: number, seconds: number): void {
    const tone = new OscillatorNode(context, { type: "sine", frequency: hertz });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.12, at + 0.012);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + seconds);
}

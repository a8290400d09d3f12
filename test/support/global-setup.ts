// Placeholder until the embedded database is started here.
export default function globalSetup(): void {}

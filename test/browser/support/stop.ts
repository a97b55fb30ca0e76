import type { PreviewServer } from 'vite';

export default async function stop(): Promise<void> {
  const { tfjsMvlServers: servers = [] } = globalThis as { tfjsMvlServers?: readonly PreviewServer[] };
  await Promise.all(servers.map((server) => server.close()));
}

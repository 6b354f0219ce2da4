/** The demo's code hosts are on the same ports at each start, unless another program has one of them. */
const firstPort = 4610;

export async function onFixedPort<T>(index: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(firstPort + index);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return await start(0);
  }
}

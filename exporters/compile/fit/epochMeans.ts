/** Means over the steps of an epoch, each step weighted by the rows of its batch. */
export class EpochMeans {
  private readonly sums = new Map<string, number>();
  private rows = 0;

  /** @param reports one number a step under each name */
  add(reports: Readonly<Record<string, Float32Array>>, size: number): void {
    for (const [name, values] of Object.entries(reports))
      this.sums.set(
        name,
        values.reduce((sum, value) => sum + size * value, this.sums.get(name) ?? 0),
      );
    this.rows += size * (Object.values(reports)[0]?.length ?? 0);
  }

  of(name: string): number {
    return (this.sums.get(name) ?? 0) / this.rows;
  }
}

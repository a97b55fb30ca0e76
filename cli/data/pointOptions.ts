import type { Command } from 'commander';
import { InputError } from '../errors.ts';
import { delimiter, list } from '../options.ts';
import type { PointOptions } from './readPoints.ts';

export type PointFlags = PointOptions;

/** The options of every command that reads points. */
export const withPointOptions = (command: Command): Command =>
  command
    .option('--lonlat', 'read longitude and latitude in degrees as points of sphere:2')
    .option('--columns <a,b,…>', 'columns to read, by name or number from 1; with --lonlat: longitude, latitude', list)
    .option('--delimiter <character>', 'what separates columns (tab, comma, semicolon, space or any character)', delimiter, ',');

/** @throws InputError where --lonlat is given and the manifold is not the sphere in space */
export function checkLonLat({ lonlat }: { readonly lonlat?: boolean | undefined }, manifold: string): void {
  if (lonlat && manifold !== 'sphere:2')
    throw new InputError(`--lonlat: longitude and latitude are points of sphere:2, but the manifold is ${manifold}.`);
}

import { type Command, Option } from 'commander';
import { delimiter, list } from '../options.ts';
import { ANGLE_UNITS } from './angles.ts';
import type { PointOptions } from './readPoints.ts';

export type PointFlags = PointOptions;

/** Two commands read angles, one writes them. */
export const anglesOption = (description: string): Option => new Option('--angles <unit>', description).choices(ANGLE_UNITS);

/** Which columns a command reads, and what parts them. */
export const withColumnOptions = (command: Command, more = ''): Command =>
  command
    .option('--columns <a,b,…>', `columns to read, by name or number from 1${more}`, list)
    .option('--delimiter <character>', 'what separates columns (tab, comma, semicolon, space or any character)', delimiter, ',');

/** The options of every command that reads points. */
export const withPointOptions = (command: Command): Command =>
  withColumnOptions(
    command
      .option('--lonlat', 'read longitude and latitude in degrees as points of sphere:2')
      .addOption(anglesOption('read angles as points of torus:n, or of sphere:1')),
    '; with --lonlat: longitude, latitude',
  );

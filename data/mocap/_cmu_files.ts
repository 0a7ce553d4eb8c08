/**
 * CMU's files of one subject in a data folder: SS.asf and SS_NN.amc.
 *
 * @module
 */
import { findFile, isFileAt } from "../data_dir.ts";
import { type Motion, readAmc } from "./amc.ts";
import { readAsf } from "./asf.ts";

/** Where subjects' folders may be: as in CMU's archive of all files, or in a folder of CMU's files. */
const FOLDERS = ["cmu/", "", "subjects/", "cmu/subjects/", "all_asfamc/subjects/"];

/** Path of a subject's folder, or undefined: the first place in a data folder with its SS.asf. */
export function findSubject(dir: string, subject: string): string | undefined {
  const name = `${subject}.asf`;
  return findFile(dir, name, FOLDERS.map((folder) => folder + subject))?.slice(0, -name.length - 1);
}

/**
 * Reads trials of one subject.
 *
 * @param trials their numbers, e.g. "01"
 * @returns a motion for each, or undefined where its file is absent
 * @throws DataError (corrupt) in one line for a damaged file
 */
export async function readTrials(
  folder: string,
  subject: string,
  trials: readonly string[],
): Promise<readonly (Motion | undefined)[]> {
  const skeleton = await readAsf(`${folder}/${subject}.asf`);
  const motions: (Motion | undefined)[] = [];
  for (const trial of trials) {
    const path = `${folder}/${subject}_${trial}.amc`;
    motions.push(isFileAt(path) ? await readAmc(path, skeleton) : undefined);
  }
  return motions;
}

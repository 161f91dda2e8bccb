import { type PortfolioTask, solveTask, type TaskResult } from './task.js'

/** Solves dates, one after the other. */
export function solveTasks(tasks: PortfolioTask[]): TaskResult[] {
  return tasks.map(solveTask)
}

export type { DashboardOptions } from './dashboard.ts'
export { createDashboard } from './dashboard.ts'

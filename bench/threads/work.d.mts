export function echo<T>(value: T): T;
export function spin(steps: number): number;

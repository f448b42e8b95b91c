// Opens the Chromium of the machine: Debian's package of that name, or the path in CHROMIUM.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const FLAGS = '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';

export function openChromium() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(`There is no Chromium at ${executablePath}: install Debian's package chromium, or set CHROMIUM.`);
  }
  const args = [...FLAGS.split(' '), '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath, args });
}

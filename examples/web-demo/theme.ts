import { choose, onChoice } from './element.js';

/** Dark, light, or as the system is. `?theme=dark` begins with one. */
export function switchThemes(onSwitch: () => void): void {
  const use = (theme: string): void => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    onSwitch();
  };
  const wanted = new URLSearchParams(location.search).get('theme');
  if (wanted === 'dark' || wanted === 'light') {
    choose('theme', wanted);
    use(wanted);
  }
  onChoice('theme', use);
}

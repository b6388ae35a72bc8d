// In the order of `names` in words.js.
export default ['Chat öffnen', 'Chat schließen', 'Chat', '{n} neu', 'Wir sind da', 'Gerade nicht da', 'Verbinde …',
  'Der Chat ist hier nicht verfügbar.', 'Nachricht schreiben', 'Senden', 'Datei anhängen', 'Sie', '{name} schreibt',
  'Wird gesendet', 'Gesendet', 'Zugestellt', 'Gelesen', 'Nicht gesendet', 'Frühere Nachrichten', 'Neueste Nachrichten', 'Name',
  'E-Mail', 'Damit wir Ihnen auch später antworten können:', 'Chat starten', 'Überspringen',
  'Bitte prüfen Sie die E-Mail-Adresse.', 'Das sind mehr als 10.000 Zeichen.',
  'Zu schnell. Ihre Nachricht geht gleich hinaus.', 'Dateien dürfen bis zu 20 MB haben.',
  'Diese Art Datei kann nicht gesendet werden.', 'Die Datei konnte nicht gesendet werden.', '{name} entfernen',
  '{name} herunterladen', 'Dateien hier ablegen', 'Heute', 'Gestern', 'Nachricht zurückgezogen',
  'Schreiben Sie uns; wir antworten, sobald wir zurück sind.', 'Support', 'Automatisch', 'freiwillig', 'Bild',
  'Zu viele Dateien sind noch nicht gesendet. Senden Sie erst Ihre Nachricht, oder kommen Sie morgen wieder.'];

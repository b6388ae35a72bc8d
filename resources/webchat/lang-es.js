// In the order of `names` in words.js.
export default ['Abrir el chat', 'Cerrar el chat', 'Chat', '{n} nuevo(s)', 'Estamos aquí', 'Ausentes ahora', 'Conectando …',
  'El chat no está disponible aquí.', 'Escribe un mensaje', 'Enviar', 'Adjuntar archivo', 'Tú', '{name} está escribiendo',
  'Enviando', 'Enviado', 'Entregado', 'Leído', 'No enviado', 'Mensajes anteriores', 'Mensajes recientes', 'Nombre',
  'Correo electrónico', 'Para poder responderte también más tarde:', 'Empezar', 'Omitir', 'Revisa el correo electrónico.',
  'Son más de 10 000 caracteres.', 'Demasiado rápido. Tu mensaje saldrá enseguida.', 'Máximo 20 MB por archivo.',
  'No se puede enviar este tipo de archivo.', 'No se pudo enviar el archivo.', 'Quitar {name}', 'Descargar {name}',
  'Suelta los archivos aquí', 'Hoy', 'Ayer', 'Mensaje retirado', 'Déjanos un mensaje; responderemos en cuanto volvamos.',
  'Soporte', 'Automático', 'opcional', 'Imagen',
  'Hay demasiados archivos sin enviar. Envía primero tu mensaje o vuelve mañana.'];

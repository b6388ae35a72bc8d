// In the order of `names` in words.js.
export default ['Ouvrir le chat', 'Fermer le chat', 'Chat', '{n} nouveau(x)', 'Nous sommes là', 'Absents pour le moment', 'Connexion …',
  'Le chat n’est pas disponible ici.', 'Écrire un message', 'Envoyer', 'Joindre un fichier', 'Vous', '{name} écrit', 'Envoi',
  'Envoyé', 'Remis', 'Lu', 'Non envoyé', 'Messages précédents', 'Derniers messages', 'Nom', 'E-mail',
  'Pour pouvoir vous répondre aussi plus tard :', 'Commencer', 'Passer', 'Vérifiez l’adresse e-mail.',
  'Plus de 10 000 caractères.', 'Trop rapide. Votre message part dans un instant.', '20 Mo au plus par fichier.',
  'Ce type de fichier ne peut pas être envoyé.', 'Le fichier n’a pas pu être envoyé.', 'Retirer {name}', 'Télécharger {name}',
  'Déposez les fichiers ici', 'Aujourd’hui', 'Hier', 'Message retiré',
  'Laissez-nous un message ; nous répondrons dès notre retour.', 'Assistance', 'Automatique', 'facultatif', 'Image',
  'Trop de fichiers ne sont pas encore envoyés. Envoyez d’abord votre message, ou revenez demain.'];

// Every text of the connect page, in every language. `{app}` is the application that asks, `{provider}` where the account is,
// `{account}` whose it is. No sentence begins with a name that may be a host, and none declines one.

import type { Language } from './language.ts'

const english = {
  connect: 'Connect your account',
  connectAt: 'Connect your {provider} account',
  reconnect: 'Reconnect {account}',
  intro: 'The application {app} would like to work with your bookings. Choose where you have your account.',
  introAt: 'The application {app} would like to work with your bookings at {provider}.',
  ended:
    'The access of {app} to this account at {provider} has ended. Sign in there with the same account to renew it. Nothing else changes.',
  again:
    'The application {app} asks you to confirm its access to this account at {provider}. Sign in there with the same account.',
  safe: 'You sign in and agree at {provider}. Your password stays there.',
  able: 'With this account, {app} can:',
  further: 'Further permissions, as {provider} names them:',
  continue: 'Continue to {provider}',
  reconnectAt: 'Reconnect at {provider}',
  away: '{provider} did not respond when it was last asked. You can try, but it may not work yet.',
  refused:
    '{provider} does not accept this application at the moment, so connecting will not work now. Those who run {app} have to correct this.',
  minutesLeft: 'Time left on this page: {minutes}\u00a0min.',
  unknownTitle: 'This page is no longer valid',
  unknown:
    'It works for 30 minutes after it was made, and only with its whole address. Go back to the application from which you came, and begin again there.',
  completedTitle: 'Your account is connected',
  completed: 'There is nothing left to do here. You can close this page.',
  goneTitle: 'This account was disconnected',
  gone: 'It cannot be reconnected. Go back to the application from which you came, and connect it as a new account.',
  unavailableTitle: 'One moment',
  unavailable: 'This page cannot be shown right now. Nothing is lost: reload it in a minute.',
  nowhereTitle: 'Not found',
  nowhere: 'There is nothing at this address. Go back to the application from which you came.',
  adds: 'New: this adds to what {app} could do so far.',
  linkTitle: 'This did not work',
  link: 'This link is too old, or is not whole, so nothing was connected. Go back to the application from which you came, and connect again.',
  otherBrowserTitle: 'Please use the first browser',
  otherBrowser:
    'This link works only in the browser in which you began, and only once. Go on there, or go back to the application and connect again.',
  repeatedTitle: 'This did not work',
  repeated:
    'Something was added to this link on its way, so nothing was connected. Go back to the application from which you came, and connect again.',
  pendingTitle: 'One moment',
  pending: 'The answer takes longer than usual. Reload this page in a minute to see how it went.',
  back: 'Back to {app}',
  abilities: {
    identity: 'see your name, e-mail address and time zone',
    eventTypes: 'see your event types',
    changeEventTypes: 'change your event types',
    slots: 'see when you can be booked',
    schedules: 'see your working hours',
    changeSchedules: 'change your working hours',
    bookings: 'see your bookings, and who booked',
    bookMoveCancel: 'book, move and cancel meetings',
    bookCancel: 'book and cancel meetings',
    book: 'book meetings',
    approve: 'confirm and decline requested bookings',
    noShow: 'mark who did not come',
    events: 'learn at once when somebody books, moves or cancels',
    forms: 'see your routing forms',
  },
} as const

type Widened<Table> = { readonly [Key in keyof Table]: Table[Key] extends string ? string : Widened<Table[Key]> }

/** The texts of one language. */
export type Texts = Widened<typeof english>

/** What the connection will be able to do. */
export type Ability = keyof Texts['abilities']

const german: Texts = {
  connect: 'Konto verbinden',
  connectAt: 'Ihr {provider}-Konto verbinden',
  reconnect: '{account} wieder verbinden',
  intro: 'Die Anwendung {app} möchte mit Ihren Buchungen arbeiten. Wählen Sie, wo Sie Ihr Konto haben.',
  introAt: 'Die Anwendung {app} möchte mit Ihren Buchungen bei {provider} arbeiten.',
  ended:
    'Der Zugriff der Anwendung {app} auf dieses Konto bei {provider} ist abgelaufen. Melden Sie sich dort mit demselben Konto an, um ihn zu erneuern. Sonst ändert sich nichts.',
  again:
    'Die Anwendung {app} bittet Sie, ihren Zugriff auf dieses Konto bei {provider} zu bestätigen. Melden Sie sich dort mit demselben Konto an.',
  safe: 'Sie melden sich bei {provider} an und stimmen dort zu. Ihr Passwort bleibt dort.',
  able: 'Mit diesem Konto kann {app}:',
  further: 'Weitere Berechtigungen, wie {provider} sie nennt:',
  continue: 'Weiter zu {provider}',
  reconnectAt: 'Bei {provider} wieder verbinden',
  away: '{provider} hat auf die letzte Anfrage nicht geantwortet. Sie können es versuchen, aber vielleicht klappt es noch nicht.',
  refused:
    '{provider} akzeptiert diese Anwendung zurzeit nicht, deshalb kann das Verbinden jetzt nicht gelingen. Die Betreiber von {app} müssen das beheben.',
  minutesLeft: 'Restzeit für diese Seite: {minutes}\u00a0Min.',
  unknownTitle: 'Diese Seite ist nicht mehr gültig',
  unknown:
    'Sie gilt 30 Minuten lang und nur mit ihrer vollständigen Adresse. Gehen Sie zurück zu der Anwendung, aus der Sie kommen, und beginnen Sie dort noch einmal.',
  completedTitle: 'Ihr Konto ist verbunden',
  completed: 'Hier ist nichts mehr zu tun. Sie können diese Seite schließen.',
  goneTitle: 'Dieses Konto wurde getrennt',
  gone: 'Es kann nicht wieder verbunden werden. Gehen Sie zurück zu der Anwendung, aus der Sie kommen, und verbinden Sie es als neues Konto.',
  unavailableTitle: 'Einen Moment',
  unavailable:
    'Diese Seite kann gerade nicht angezeigt werden. Es ist nichts verloren: Laden Sie sie in einer Minute neu.',
  nowhereTitle: 'Nicht gefunden',
  nowhere: 'Unter dieser Adresse gibt es nichts. Gehen Sie zurück zu der Anwendung, aus der Sie kommen.',
  adds: 'Neu: Das kommt zu dem hinzu, was {app} bisher konnte.',
  linkTitle: 'Das hat nicht geklappt',
  link: 'Dieser Link ist zu alt oder unvollständig, deshalb wurde nichts verbunden. Gehen Sie zurück zu der Anwendung, aus der Sie kommen, und verbinden Sie das Konto noch einmal.',
  otherBrowserTitle: 'Bitte nehmen Sie den ersten Browser',
  otherBrowser:
    'Dieser Link gilt nur in dem Browser, in dem Sie begonnen haben, und nur einmal. Machen Sie dort weiter, oder gehen Sie zurück zu der Anwendung und verbinden Sie das Konto noch einmal.',
  repeatedTitle: 'Das hat nicht geklappt',
  repeated:
    'Diesem Link wurde unterwegs etwas hinzugefügt, deshalb wurde nichts verbunden. Gehen Sie zurück zu der Anwendung, aus der Sie kommen, und verbinden Sie das Konto noch einmal.',
  pendingTitle: 'Einen Moment',
  pending:
    'Die Antwort dauert länger als sonst. Laden Sie diese Seite in einer Minute neu, um zu sehen, wie es ausgegangen ist.',
  back: 'Zurück zu {app}',
  abilities: {
    identity: 'Ihren Namen, Ihre E-Mail-Adresse und Ihre Zeitzone sehen',
    eventTypes: 'Ihre Terminarten sehen',
    changeEventTypes: 'Ihre Terminarten ändern',
    slots: 'sehen, wann man bei Ihnen buchen kann',
    schedules: 'Ihre Arbeitszeiten sehen',
    changeSchedules: 'Ihre Arbeitszeiten ändern',
    bookings: 'Ihre Buchungen sehen, und wer gebucht hat',
    bookMoveCancel: 'Termine buchen, verschieben und absagen',
    bookCancel: 'Termine buchen und absagen',
    book: 'Termine buchen',
    approve: 'angefragte Buchungen bestätigen und ablehnen',
    noShow: 'vermerken, wer nicht gekommen ist',
    events: 'sofort erfahren, wenn jemand bucht, verschiebt oder absagt',
    forms: 'Ihre Weiterleitungsformulare sehen',
  },
}

const spanish: Texts = {
  connect: 'Conecta tu cuenta',
  connectAt: 'Conecta tu cuenta de {provider}',
  reconnect: 'Vuelve a conectar {account}',
  intro: 'La aplicación {app} quiere trabajar con tus reservas. Elige dónde tienes tu cuenta.',
  introAt: 'La aplicación {app} quiere trabajar con tus reservas en {provider}.',
  ended:
    'El acceso de {app} a esta cuenta de {provider} ha terminado. Inicia sesión allí con la misma cuenta para renovarlo. No cambia nada más.',
  again:
    'La aplicación {app} te pide que confirmes su acceso a esta cuenta de {provider}. Inicia sesión allí con la misma cuenta.',
  safe: 'Inicias sesión y das tu permiso en {provider}. Tu contraseña se queda allí.',
  able: 'Con esta cuenta, {app} puede:',
  further: 'Otros permisos, con los nombres que usa {provider}:',
  continue: 'Continuar a {provider}',
  reconnectAt: 'Volver a conectar en {provider}',
  away: '{provider} no respondió a la última consulta. Puedes intentarlo, pero quizá no funcione todavía.',
  refused:
    '{provider} no acepta esta aplicación en este momento, así que ahora no se puede conectar. Los responsables de {app} tienen que corregirlo.',
  minutesLeft: 'Tiempo restante en esta página: {minutes}\u00a0min.',
  unknownTitle: 'Esta página ya no es válida',
  unknown:
    'Sirve durante 30 minutos, y solo con su dirección completa. Regresa a la aplicación de la que vienes y empieza allí de nuevo.',
  completedTitle: 'Tu cuenta está conectada',
  completed: 'Aquí no queda nada por hacer. Puedes cerrar esta página.',
  goneTitle: 'Esta cuenta se desconectó',
  gone: 'No se puede volver a conectar. Regresa a la aplicación de la que vienes y conéctala como cuenta nueva.',
  unavailableTitle: 'Un momento',
  unavailable: 'Esta página no se puede mostrar ahora. No se ha perdido nada: vuelve a cargarla en un minuto.',
  nowhereTitle: 'No encontrada',
  nowhere: 'No hay nada en esta dirección. Regresa a la aplicación de la que vienes.',
  adds: 'Nuevo: esto se añade a lo que {app} podía hacer hasta ahora.',
  linkTitle: 'No ha funcionado',
  link: 'Este enlace es demasiado antiguo o no está completo, así que no se ha conectado nada. Regresa a la aplicación de la que vienes y conecta de nuevo.',
  otherBrowserTitle: 'Usa el primer navegador',
  otherBrowser:
    'Este enlace solo sirve en el navegador en el que empezaste, y solo una vez. Sigue allí, o regresa a la aplicación y conecta de nuevo.',
  repeatedTitle: 'No ha funcionado',
  repeated:
    'Se ha añadido algo a este enlace por el camino, así que no se ha conectado nada. Regresa a la aplicación de la que vienes y conecta de nuevo.',
  pendingTitle: 'Un momento',
  pending: 'La respuesta tarda más de lo normal. Vuelve a cargar esta página en un minuto para ver cómo ha ido.',
  back: 'Volver a {app}',
  abilities: {
    identity: 'ver tu nombre, tu correo electrónico y tu zona horaria',
    eventTypes: 'ver tus tipos de evento',
    changeEventTypes: 'cambiar tus tipos de evento',
    slots: 'ver cuándo se puede reservar contigo',
    schedules: 'ver tus horarios de trabajo',
    changeSchedules: 'cambiar tus horarios de trabajo',
    bookings: 'ver tus reservas y quién reservó',
    bookMoveCancel: 'reservar, mover y cancelar reuniones',
    bookCancel: 'reservar y cancelar reuniones',
    book: 'reservar reuniones',
    approve: 'confirmar y rechazar reservas solicitadas',
    noShow: 'marcar a quien no vino',
    events: 'saber al momento cuándo alguien reserva, mueve o cancela',
    forms: 'ver tus formularios de enrutamiento',
  },
}

export const textsOf: Readonly<Record<Language, Texts>> = { en: english, de: german, es: spanish }

/** Puts the values into a text. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
}

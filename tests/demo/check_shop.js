#!/usr/bin/env node
// Checks the demo shop: every line of a history file has what its type needs, every name is one the program knows, and the
// whole tells the story it should. Usage: check_shop.js [SHOP.JSONL]. Prints each mistake with its line and exits 1.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');
const file = process.argv[2] ?? path.join(root, 'resources', 'demo', 'shop.jsonl');
const mistakes = [];
let lineNumber = 0;
const mistake = text => mistakes.push(`${lineNumber}: ${text}`);

// The names come from the program itself, so that a renamed enumerator fails here and not in front of a visitor.
const header = fs.readFileSync(path.join(root, 'core', 'model', 'names.h'), 'utf8');
function namesOf(type) {
    const found = header.match(new RegExp(`kNames<${type}>\\{([^}]*)\\}`));
    if (!found)
        throw new Error(`core/model/names.h has no names for ${type}`);
    return new Set([...found[1].matchAll(/"([^"]+)"/g)].map(match => match[1]));
}
const channels = namesOf('Channel');
const statuses = namesOf('Conversation::Status');
const priorities = namesOf('Conversation::Priority');
const deliveries = namesOf('Delivery::State');
const roles = namesOf('Agent::Role');
const reasons = namesOf('Suggestion::Reason');

const required = {
    reference: ['at_ms'],
    team: ['name'],
    agent: ['email', 'name', 'role'],
    account: ['channel', 'address', 'name'],
    customer: ['customer_key', 'customer_name', 'language', 'identities', 'at_ms'],
    suggestion: ['customer_key', 'other_customer_key', 'reason', 'evidence', 'at_ms'],
};
const itemFields = ['message_id', 'customer_handle', 'customer_key', 'channel', 'conversation_key', 'direction', 'author',
    'at_ms', 'body'];
const details = {
    message: [], note: [], comment: [],
    event: ['event'],
    call: ['direction', 'durationMs', 'outcome'],
    order: ['number', 'status', 'items', 'total', 'courier', 'steps', 'stepsDone'],
    payment: ['number', 'status', 'amount', 'method'],
    form: ['form'],
    rating: ['score', 'scale'],
};
const mediaTypes = new Map([['.png', 'image/png'], ['.pdf', 'application/pdf']]);

const count = {};
const customers = new Map();
const teams = new Set();
const agents = new Set();
const accounts = new Set();
const items = new Map();
const conversations = new Map();
let reference;
let lastAt = -Infinity;

function checkItem(type, line) {
    for (const field of itemFields)
        if (line[field] === undefined)
            mistake(`${type} without ${field}`);
    if (items.has(line.message_id))
        mistake(`message_id ${line.message_id} is there twice`);
    items.set(line.message_id, line);
    const customer = customers.get(line.customer_key);
    if (!customer)
        return mistake(`no customer ${line.customer_key} above`);
    if (!customer.identities.some(known => known.channel === line.channel && known.address === line.customer_handle))
        mistake(`${line.customer_key} has no ${line.channel} identity ${line.customer_handle}`);
    if (!accounts.has(`${line.channel} ${line.account}`))
        mistake(`no ${line.channel} account ${line.account}`);
    const direction = { note: ['internal'], event: ['internal'], message: ['in', 'out'], call: ['in', 'out'] }[type] ?? ['in'];
    if (!direction.includes(line.direction))
        mistake(`${type} with direction ${line.direction}`);
    if ((line.direction === 'out' && type === 'message') !== (line.delivery !== undefined))
        mistake('a delivery belongs to outgoing messages, and to each of them');
    if (line.delivery !== undefined && !deliveries.has(line.delivery))
        mistake(`unknown delivery ${line.delivery}`);
    if (line.delivery === 'failed' && !(line.delivery_problem && line.delivery_problem_text))
        mistake('a failed delivery without its problem');
    if (!['customer', 'system'].includes(line.author) && !agents.has(line.author))
        mistake(`no agent ${line.author}`);
    if (line.direction === 'out' && line.author === 'customer')
        mistake(`${type} that goes out needs its agent`);
    if (['message', 'note'].includes(type) && !line.body)
        mistake(`${type} that says nothing`);
    for (const key of details[type])
        if (!line.details?.[key])
            mistake(`${type} without details.${key}`);
    for (const [key, value] of Object.entries(line.details ?? {}))
        if (typeof value !== 'string')
            mistake(`details.${key} is not text`);
    for (const attachment of line.attachments ?? []) {
        const found = path.join(path.dirname(file), attachment.path);
        if (!fs.existsSync(found))
            mistake(`no file ${attachment.path}`);
        else if (fs.statSync(found).size > 40 * 1024)
            mistake(`${attachment.path} is over 40 KB`);
        if (mediaTypes.get(path.extname(attachment.name)) !== attachment.media_type)
            mistake(`${attachment.name} is not ${attachment.media_type}`);
    }
    if (line.in_reply_to !== undefined && !items.has(line.in_reply_to))
        mistake(`answers ${line.in_reply_to}, which is not above`);
    if (line.status !== undefined && !statuses.has(line.status))
        mistake(`unknown status ${line.status}`);
    if (line.priority !== undefined && !priorities.has(line.priority))
        mistake(`unknown priority ${line.priority}`);
    if (line.assignee !== undefined && !agents.has(line.assignee))
        mistake(`assigned to ${line.assignee}, who is no agent`);
    if (line.team !== undefined && !teams.has(line.team))
        mistake(`no team ${line.team}`);
    if (line.status === 'snoozed' && !(line.snoozed_until_ms > reference))
        mistake('snoozed until a time that is over');
    if (line.at_ms < lastAt)
        mistake('is older than the line above');
    if (line.at_ms > reference)
        mistake('is in the future');
    lastAt = line.at_ms;
    const known = conversations.get(line.conversation_key);
    if (known && (known.channel !== line.channel || known.customer_key !== line.customer_key))
        mistake(`conversation ${line.conversation_key} changes its channel or customer`);
    conversations.set(line.conversation_key, { ...known, ...line });
}

const entities = {
    reference: line => { reference = line.at_ms; },
    team: line => teams.add(line.name),
    agent: line => {
        agents.add(line.email);
        if (!roles.has(line.role))
            mistake(`unknown role ${line.role}`);
        for (const team of line.teams ?? [])
            if (!teams.has(team))
                mistake(`no team ${team}`);
    },
    account: line => accounts.add(`${line.channel} ${line.address}`),
    customer: line => {
        if (customers.has(line.customer_key))
            mistake(`customer ${line.customer_key} is there twice`);
        customers.set(line.customer_key, line);
        for (const identity of line.identities ?? [])
            if (!channels.has(identity.channel) || !identity.address)
                mistake(`identity ${JSON.stringify(identity)}`);
    },
    suggestion: line => {
        if (!reasons.has(line.reason))
            mistake(`unknown reason ${line.reason}`);
        for (const key of [line.customer_key, line.other_customer_key])
            if (!customers.has(key))
                mistake(`no customer ${key}`);
    },
};

for (const text of fs.readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
    ++lineNumber;
    let line;
    try {
        line = JSON.parse(text);
    } catch (error) {
        mistake(error.message);
        continue;
    }
    const type = line.type ?? 'message';
    count[type] = (count[type] ?? 0) + 1;
    if ((lineNumber === 1) !== (type === 'reference'))
        mistake('the first line, and only that, is the reference');
    if (line.channel !== undefined && !channels.has(line.channel))
        mistake(`unknown channel ${line.channel}`);
    if (required[type]) {
        for (const field of required[type])
            if (line[field] === undefined)
                mistake(`${type} without ${field}`);
        entities[type](line);
    } else if (details[type]) {
        checkItem(type, line);
    } else {
        mistake(`unknown type ${type}`);
    }
}

// What the demo is for: all kinds, all channels that are shown, many languages, and work in every state.
lineNumber = 'whole';
for (const type of [...Object.keys(required), ...Object.keys(details)])
    if (!count[type])
        mistake(`has no ${type}`);
if (count.customer !== 60)
    mistake(`has ${count.customer} customers, not 60`);
for (const channel of ['email', 'webchat', 'whatsapp', 'messenger', 'instagram', 'telegram', 'wechat', 'sms', 'phone'])
    if (![...items.values()].some(item => item.channel === channel))
        mistake(`has nothing on ${channel}`);
const languages = new Set([...customers.values()].map(customer => customer.language));
for (const language of ['en', 'fr', 'de', 'ar', 'zh', 'pt', 'ko', 'uk', 'hi', 'es', 'ja', 'he', 'fa', 'th'])
    if (!languages.has(language))
        mistake(`has no customer who speaks ${language}`);
for (const status of statuses)
    if (![...conversations.values()].some(conversation => conversation.status === status))
        mistake(`has no conversation that is ${status}`);
for (const customer of customers.values())
    if (![...items.values()].some(item => item.customer_key === customer.customer_key))
        mistake(`${customer.customer_key} has never said anything`);

for (const text of mistakes)
    console.error(text);
console.log(`${customers.size} customers, ${conversations.size} conversations, ${items.size} items, `
    + `${languages.size} languages, ${mistakes.length} mistakes`);
process.exit(mistakes.length ? 1 : 0);

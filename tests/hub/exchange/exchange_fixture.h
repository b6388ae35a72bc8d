#pragma once

#include "core/hub/erased_remains.h"
#include "core/hub/exchange/check_store.h"
#include "core/hub/exchange/export_history.h"
#include "core/hub/exchange/import_files.h"

#include <QFile>
#include <QTemporaryDir>

/// A store in a folder of its own, and what was said while working on it.
struct ExchangeStore {
    QTemporaryDir folder;
    tributary::SystemClock clock;
    tributary::SystemRng rng;
    std::vector<std::string> out, err;
    tributary::hub::admin::Console console;
    std::unique_ptr<tributary::hub::HubStore> store;

    ExchangeStore()
    {
        console.out = [this](std::string_view line) { out.emplace_back(line); };
        console.err = [this](std::string_view line) { err.emplace_back(line); };
        console.folder = folder.path().toStdString();
        reopen();
    }
    /// Opens it without what a hub does by itself afterwards.
    void open()
    {
        store.reset();
        auto opened = tributary::hub::HubStore::open(folder.filePath("data").toStdString(), clock, rng);
        store = opened ? std::move(*opened) : nullptr;
    }
    void reopen()
    {
        open();
        if (store)
            (void)tributary::hub::finishErasures(*store);
    }
    std::string write(const char *name, const QByteArray &content)
    {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            return {};
        return file.fileName().toStdString();
    }
    tributary::Result<tributary::hub::exchange::ImportSummary> import(const std::string &file,
                                                                      tributary::hub::exchange::ImportOptions options = {})
    {
        return tributary::hub::exchange::importFiles(*store, {file}, options, console);
    }
    tributary::hub::exchange::StoreCheck check()
    {
        const auto checked = tributary::hub::exchange::checkStore(*store);
        return checked ? *checked : tributary::hub::exchange::StoreCheck{.problems = {checked.error().detail}};
    }
    QByteArray exported(const tributary::hub::exchange::ExportOptions &options = {})
    {
        QByteArray lines;
        const auto done = tributary::hub::exchange::exportAll(
            *store, options, [&](std::string_view line) { lines.append(line.data(), qsizetype(line.size())).append('\n'); },
            console);
        return done ? lines : QByteArray();
    }
    std::int64_t count(const char *table)
    {
        for (const auto &[name, rows] : check().counts) {
            if (name == table)
                return rows;
        }
        return -1;
    }
};

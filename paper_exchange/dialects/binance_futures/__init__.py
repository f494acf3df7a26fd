"""Binance's futures: USD-M under /fapi and COIN-M under /dapi, one wire over the data of two products."""
